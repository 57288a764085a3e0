import type { SessionState } from '../api';
import type { Http } from '../net/http';
import type {
  Ended,
  GuestJoin,
  InviteAccept,
  InvitePreview,
  Lobby,
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

/** Who uses this device, as state, and the calls that change it. They need no session, so they go over HTTP. */
export class SessionView implements SessionState {
  state = $state.raw<SessionState['state']>('starting');
  ended = $state.raw<Ended | null>(null);
  lobby = $state.raw<Lobby | null>(null);

  constructor(
    private readonly http: Http,
    private readonly events: SessionEvents,
  ) {}

  async refreshLobby(): Promise<void> {
    this.lobby = await this.http.call('lobby:get', {});
  }

  signIn(request: SessionCreate): Promise<void> {
    return this.#enter(this.http.call('session:create', request));
  }

  setUp(request: WorkspaceSetUp): Promise<void> {
    return this.#enter(this.http.call('workspace:set_up', request));
  }

  joinAsGuest(request: GuestJoin): Promise<void> {
    return this.#enter(this.http.call('guest:join', request));
  }

  acceptInvite(request: InviteAccept): Promise<void> {
    return this.#enter(this.http.call('invite:accept', request));
  }

  previewInvite(token: string): Promise<InvitePreview> {
    return this.http.call('invite:get', { token });
  }

  async signOut(): Promise<void> {
    // Without the server the cookie stays until it expires, but nothing is left here that it could be used with.
    await this.http.call('session:end', {}).catch(() => undefined);
    await this.events.signedOut();
  }

  async #enter(answer: Promise<SignedIn>): Promise<void> {
    const { user } = await answer;
    await this.events.signedIn(user);
  }
}
