import type { SessionState } from '../api';
import type { Ask } from '../net/ask';
import type {
  Ended,
  GuestJoin,
  InviteAccept,
  InvitePreview,
  Lobby,
  RecoveryAccept,
  SessionCreate,
  SignedIn,
  User,
  WorkspaceSetUp,
} from '../protocol.gen';

/** What follows from signing in and out. */
export interface SessionEvents {
  signedIn(user: User): Promise<void>;
  signedOut(): Promise<void>;
}

/** Who uses this device, as state, and the calls that change it. */
export class SessionView implements SessionState {
  state = $state.raw<SessionState['state']>('starting');
  ended = $state.raw<Ended | null>(null);
  lobby = $state.raw<Lobby | null>(null);

  constructor(
    private readonly ask: Ask,
    private readonly events: SessionEvents,
  ) {}

  async refreshLobby(): Promise<void> {
    this.lobby = await this.ask('lobby:get', {});
  }

  signIn(request: SessionCreate): Promise<void> {
    return this.#enter(this.ask('session:create', request));
  }

  setUp(request: WorkspaceSetUp): Promise<void> {
    return this.#enter(this.ask('workspace:set_up', request));
  }

  joinAsGuest(request: GuestJoin): Promise<void> {
    return this.#enter(this.ask('guest:join', request));
  }

  acceptInvite(request: InviteAccept): Promise<void> {
    return this.#enter(this.ask('invite:accept', request));
  }

  recover(request: RecoveryAccept): Promise<void> {
    return this.#enter(this.ask('recovery:accept', request));
  }

  previewInvite(token: string): Promise<InvitePreview> {
    return this.ask('invite:get', { token });
  }

  async signOut(): Promise<void> {
    // Without the server the cookie stays until it expires, but nothing is left here that it could be used with.
    await this.ask('session:end', {}).catch(() => undefined);
    await this.events.signedOut();
  }

  async #enter(answer: Promise<SignedIn>): Promise<void> {
    const { user } = await answer;
    await this.events.signedIn(user);
  }
}
