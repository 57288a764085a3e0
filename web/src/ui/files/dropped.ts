import type { Desk } from '../room/desk.svelte';

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

/** Takes files that are dropped on a part of the screen into the message that is being written. */
export function dropped(desk: Desk) {
  return (element: HTMLElement) => {
    const ended = new AbortController();
    const { signal } = ended;
    element.addEventListener(
      'dragover',
      (event) => {
        if (!desk.addFiles || !holdsFiles(event)) return;
        event.preventDefault();
        desk.dropping = true;
      },
      { signal },
    );
    element.addEventListener(
      'dragleave',
      (event) => {
        if (!(event.relatedTarget instanceof Node) || !element.contains(event.relatedTarget)) desk.dropping = false;
      },
      { signal },
    );
    element.addEventListener(
      'drop',
      (event) => {
        desk.dropping = false;
        if (!desk.addFiles || !holdsFiles(event)) return;
        event.preventDefault();
        desk.addFiles([...(event.dataTransfer?.files ?? [])]);
      },
      { signal },
    );
    return () => ended.abort();
  };
}
