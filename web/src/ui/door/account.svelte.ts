import { usernameFrom } from './username';

/** The account that somebody makes: a username follows from the name until they choose one. */
export class NewAccount {
  name = $state('');
  password = $state('');
  #chosen = $state<string>();

  get username(): string {
    return this.#chosen ?? usernameFrom(this.name);
  }

  set username(chosen: string) {
    this.#chosen = chosen;
  }
}
