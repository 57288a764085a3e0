import type { Attachment } from 'svelte/attachments';

interface Rules {
  createHTML(html: string): string;
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    /** Not in TypeScript's own types yet, and not in every browser. */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: Rules,
      ): { createHTML(html: string): unknown; createScriptURL(url: string): unknown };
    };
  }
}

const WORKER = '/sw.js';

/**
 * The one Trusted Types policy, named in the server's `Content-Security-Policy`, and so the one place where HTML enters
 * the page: the server has rendered and sanitised what goes through it. The only script address it lets through is the
 * service worker's.
 */
const policy = globalThis.window?.trustedTypes?.createPolicy('parlor', {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url !== WORKER) throw new TypeError(`${url} is no script of ours`);
    return url;
  },
});

/** Shows a message's HTML in an element: `<div {@attach setHtml(row.html)}>`. Runs again when the HTML changes. */
export function setHtml(html: string): Attachment<Element> {
  return (element) => {
    element.innerHTML = (policy?.createHTML(html) ?? html) as string;
  };
}

/** A parsed document of foreign HTML, to be read and never shown: nothing of it runs or is fetched. */
export function inertDocument(html: string): Document {
  return new DOMParser().parseFromString((policy?.createHTML(html) ?? html) as string, 'text/html');
}

/** Address of the service worker, as `register` takes it under Trusted Types. */
export function workerUrl(): string {
  return (policy?.createScriptURL(WORKER) ?? WORKER) as string;
}
