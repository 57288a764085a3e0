import { defineConfig } from '@playwright/test';

import { browser } from './fixtures/settings.ts';

export default defineConfig({
  testDir: 'stories',
  outputDir: 'results',
  reporter: 'list',
  forbidOnly: true,
  // A story that passes only now and then is a fault that has been found.
  retries: 0,
  fullyParallel: true,
  workers: 2,
  // Bounds, not measures: what is broken ends, what is slow on a busy machine does not fail.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: {
    actionTimeout: 20_000,
    headless: true,
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // The picture of the failure is kept; a film of every story would cost more than the story.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      executablePath: browser('CHROMIUM'),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
