import type { Attachment } from 'svelte/attachments';

declare global {
  interface Window {
    /** Not in TypeScript's own types yet, and not in every browser. */
    readonly trustedTypes?: {
      createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): unknown };
    };
  }
}

/**
 * The one place where HTML enters the page, and the one Trusted Types policy, named in the server's
 * `Content-Security-Policy`. The server has rendered and sanitised what goes through it.
 */
const policy = window.trustedTypes?.createPolicy('parlor', { createHTML: (html) => html });

/** Shows a message's HTML in an element: `<div {@attach setHtml(row.html)}>`. Runs again when the HTML changes. */
export function setHtml(html: string): Attachment<Element> {
  return (element) => {
    element.innerHTML = (policy?.createHTML(html) ?? html) as string;
  };
}
