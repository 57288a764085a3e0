import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'browsers',
  outputDir: 'results',
  reporter: 'list',
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 120_000,
});
