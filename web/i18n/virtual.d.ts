declare module 'virtual:locale-rest/*' {
  const all: Record<string, Record<string, string>>;
  export default all;
}
declare module 'virtual:locale/*' {
  const all: Record<string, Record<string, string>>;
  export default all;
}
