import { createContext } from 'svelte';
import type { Engine } from './api';

/** Hands the engine down to the screens: `provideEngine` in the root, `useEngine` below it. */
export const [useEngine, provideEngine] = createContext<Engine>();
