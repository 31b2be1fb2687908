import { parseAddress, type Route } from '../client/address.ts';

/** The route that the window's address names. */
export class Router {
  #fragment = $state(location.hash);
  #route = $derived(parseAddress(this.#fragment));

  get route(): Route {
    return this.#route;
  }

  get fragment(): string {
    return this.#fragment;
  }

  /** Follows the address until the returned function is called. */
  follow(): () => void {
    const read = () => {
      this.#fragment = location.hash;
    };
    addEventListener('hashchange', read);
    read();
    return () => removeEventListener('hashchange', read);
  }
}
