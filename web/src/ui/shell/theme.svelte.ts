import type { Engine } from '../../lib';

const KEPT = 'parlor-theme';

/** Keeps the page's colours as the user wants them; what was wanted last is remembered for the first paint. */
export function lookAfterTheme(engine: Engine): void {
  document.documentElement.dataset['theme'] = remembered() ?? 'system';
  $effect(() => {
    if (engine.session.state !== 'signed_in') return;
    const { theme } = engine.settings;
    document.documentElement.dataset['theme'] = theme;
    remember(theme);
  });
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    // Storage can be forbidden; then the system's colours are the first.
    return null;
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // The choice is kept by the server as well.
  }
}
