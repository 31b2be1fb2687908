import { parseAddress, type Route, ticketOf } from '../client/address.ts';

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

  /** Follows the address until the returned function is called. A new ticket in it opens the window anew. */
  follow(): () => void {
    const read = () => {
      if (ticketOf(location.hash) !== undefined) location.reload();
      this.#fragment = location.hash;
    };
    addEventListener('hashchange', read);
    read();
    return () => removeEventListener('hashchange', read);
  }
}
