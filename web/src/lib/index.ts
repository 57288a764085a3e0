// The door between the engine and the screens: web/src/ui imports from here and nowhere else in this folder.

export type * from './api';
export { createEngine } from './create';
export { provideEngine, useEngine } from './context';
export { inertDocument, setHtml } from './trusted';
export * from './protocol.gen';
