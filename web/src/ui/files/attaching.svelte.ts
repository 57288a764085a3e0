import { untrack } from 'svelte';
import type { Engine, PendingFile, UploadBook } from '../../lib';
import { draftKey, type Place } from '../composer/place';
import type { Desk } from '../room/desk.svelte';
import Attached from './Attached.svelte';
import AttachTools from './AttachTools.svelte';
import { measured } from './measure';

/** The files of the message that is being written. Fetches what it needs when there are some, or were before a reload. */
export class Attaching {
  #book = $state.raw<UploadBook>();
  readonly #at: string;
  readonly Tools = AttachTools;
  readonly Tray = Attached;
  /** Whether a voice message is being recorded. */
  recording = $state(false);
  /** What is wrong with files that were left out. */
  problems = $state.raw<readonly string[]>([]);

  constructor(
    private readonly engine: Engine,
    private readonly place: Place,
    readonly desk: Desk,
    /** Gives the focus back to the writer. */
    readonly back: () => void,
  ) {
    this.#at = draftKey(place);
  }

  /** State. */
  get book(): UploadBook | undefined {
    return this.#book;
  }

  /** State. */
  get files(): readonly PendingFile[] {
    return this.#book?.at(this.#at) ?? [];
  }

  /** State. Whether a message can be sent with them. */
  get ready(): boolean {
    return this.files.every(({ state }) => state !== 'failed');
  }

  /** Looks for files that were kept on this device. */
  async open(): Promise<UploadBook | undefined> {
    try {
      this.#book ??= await this.engine.uploads();
    } catch (failure) {
      this.engine.toasts.fail(failure);
    }
    return this.#book;
  }

  async add(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const book = await this.open();
    this.problems = [];
    this.back();
    for (const file of files) {
      const media = await measured(file);
      const problems = (await book?.add(this.#at, this.place.room.id, [file], media)) ?? [];
      this.problems = [...this.problems, ...problems];
    }
  }

  /** Takes pasted files, unless words were pasted as well. */
  paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    void this.add(files);
  }

  /** Adds a voice message. */
  async addVoice(file: File, durationMs: number, waveform: number[]): Promise<void> {
    const media = { voice: true, duration_ms: Math.round(durationMs), waveform };
    const book = await this.open();
    this.problems = (await book?.add(this.#at, this.place.room.id, [file], media)) ?? [];
  }

  /** Hands the files over to the message that is sent now: their keys. */
  take(): string[] {
    return untrack(() => {
      const keys = this.files.map(({ key }) => key);
      this.problems = [];
      this.#book?.handOver(keys);
      return keys;
    });
  }
}
