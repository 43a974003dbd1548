/**
 * Where this desk stands: at the root of its address; practice, with a server side of its own, below /practice. Addresses of
 * the app and of the API begin with `base`; nothing else differs.
 */
export const in_practice = /^\/practice(\/|$)/.test(location.pathname);
export const base = in_practice ? '/practice' : '';
