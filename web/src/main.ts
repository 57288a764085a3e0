import { mount } from 'svelte';
import { createEngine } from './lib';
import App from './ui/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');

// First paint comes from what this device holds; the network and the socket's chunk follow (see Engine.start).
const engine = createEngine();
mount(App, { target, props: { engine } });
engine.start();
// What stands beside the side bar comes in chunks of its own; without them (offline, no worker) the shell asks again.
// Whoever presses the switcher's keys types on at once: it must be here by then, or the letters are lost.
for (const chunk of [
  import('./ui/shell/Beside.svelte'),
  import('./ui/room/RoomPane.svelte'),
  import('./ui/shell/Switcher.svelte'),
]) {
  chunk.catch(() => undefined);
}
