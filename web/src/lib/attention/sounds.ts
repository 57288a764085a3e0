/** A struck piece of wood: a low and a high partial that die away quickly. */
const PARTIALS = [
  { hz: 520, gain: 0.16, decayS: 0.09 },
  { hz: 1_380, gain: 0.05, decayS: 0.035 },
] as const;
const BETWEEN_TAPS_S = 0.13;

/** Two short tones made in code: one tap for a message, two for a mention. */
export class Sounds {
  #audio: AudioContext | undefined;

  tap(taps: 1 | 2): void {
    const audio = (this.#audio ??= new AudioContext());
    // Browsers keep audio asleep until the user has done something on the page; then the next sound wakes it.
    if (audio.state === 'suspended') void audio.resume().catch(() => undefined);
    if (audio.state !== 'running' && !navigator.userActivation?.hasBeenActive) return;
    for (let tap = 0; tap < taps; tap += 1) strike(audio, audio.currentTime + tap * BETWEEN_TAPS_S, 1 + tap * 0.12);
  }
}

function strike(audio: AudioContext, at: number, pitch: number): void {
  for (const { hz, gain, decayS } of PARTIALS) {
    const tone = new OscillatorNode(audio, { type: 'sine', frequency: hz * pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(gain, at + 0.002);
    volume.gain.exponentialRampToValueAtTime(0.000_1, at + decayS * 3);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + decayS * 3);
  }
}
