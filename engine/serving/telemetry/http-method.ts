/** Those that the semantic conventions for HTTP know; any other would be a series of its own. */
const knownMethods = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE']);

/** The attribute `http.request.method`. @param method as it was sent, undefined where the request never became whole */
export function methodAttribute(method: string | undefined): string {
  return method !== undefined && knownMethods.has(method) ? method : '_OTHER';
}

/** The attribute `http.request.method_original`, which a span has where its method is not known. */
export function originalMethodAttribute(method: string | undefined): string | undefined {
  return method !== undefined && knownMethods.has(method) ? undefined : method;
}
