import type { UploadMedia } from '../protocol.gen';

/** A file on its way, as it is kept on this device until the message that holds it is sent. */
export interface KeptUpload {
  readonly key: string;
  /** Whose it is. */
  readonly user: string;
  /** Where it is being put into a message; null once that message is in the outbox. */
  readonly place: string | null;
  readonly room: string;
  readonly order: number;
  readonly name: string;
  readonly blob: Blob;
  readonly alt: string;
  readonly media?: UploadMedia;
  /** Its name on the server, once there is one. */
  readonly id?: string;
}

/** A file on its way, as it is shown. */
export interface PendingFile extends KeptUpload {
  /** Of its bytes, how many the server has. */
  readonly sent: number;
  readonly state: 'waiting' | 'sending' | 'done' | 'failed';
  /** Why it failed, in words for a person. */
  readonly problem?: string;
  /** Whether it still tells what its maker or their device wrote into it; known once it is done. */
  readonly keepsDetails?: boolean;
  /** Where the page can show its bytes from. */
  readonly url: string;
}
