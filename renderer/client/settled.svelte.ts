/** What `read` last gave, once it has stayed the same for `milliseconds`; for a component. */
export function useSettled<T>(read: () => T, milliseconds: number): { readonly value: T } {
  let value = $state.raw(read());
  $effect(() => {
    const next = read();
    const timer = setTimeout(() => {
      value = next;
    }, milliseconds);
    return () => clearTimeout(timer);
  });
  return {
    get value() {
      return value;
    },
  };
}
