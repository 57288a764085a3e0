import type { UploadMedia } from '../../lib';

const PATIENCE_MS = 3_000;

/** What the browser can tell of a film or a sound before it is sent; nothing of other files. */
export async function measured(file: File): Promise<UploadMedia | undefined> {
  const kind = file.type.startsWith('video/') ? 'video' : file.type.startsWith('audio/') ? 'audio' : undefined;
  if (kind === undefined) return undefined;
  const url = URL.createObjectURL(file);
  const element = document.createElement(kind);
  element.preload = 'metadata';
  const known = await new Promise<boolean>((resolve) => {
    element.addEventListener('loadedmetadata', () => resolve(true));
    element.addEventListener('error', () => resolve(false));
    setTimeout(() => resolve(false), PATIENCE_MS);
    element.src = url;
  });
  URL.revokeObjectURL(url);
  if (!known) return undefined;
  const media: UploadMedia = {};
  if (Number.isFinite(element.duration)) media.duration_ms = Math.round(element.duration * 1_000);
  if (element instanceof HTMLVideoElement && element.videoWidth > 0) {
    media.width = element.videoWidth;
    media.height = element.videoHeight;
  }
  return media;
}
