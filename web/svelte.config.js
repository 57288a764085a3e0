import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // Builds elements one by one instead of through innerHTML, which the page's Trusted Types forbid.
    fragments: 'tree',
  },
};
