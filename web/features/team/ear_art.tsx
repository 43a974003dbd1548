// The ear of the mark, heard outwards: one line repeated like a sound that arrives.
const line = 'M6 10a6 6 0 1 1 12 0c0 4-4 4.5-4 8a3 3 0 0 1-5.5 1.5M9 10a3 3 0 1 1 6 0c0 2-2 2-2 4';
const rings = Array.from({ length: 15 }, (_, i) => ({ scale: 0.9 * 1.235 ** i, light: 0.62 * 0.845 ** i }));

export function EarArt() {
  return (
    <svg viewBox="0 0 600 800" preserveAspectRatio="xMidYMid slice" fill="none" aria-hidden="true">
      <defs>
        <radialGradient id="ear-light" cx="62%" cy="34%" r="70%">
          <stop offset="0" stopColor="#3cc2b3" stopOpacity="0.34" />
          <stop offset="1" stopColor="#3cc2b3" stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width="600" height="800" fill="url(#ear-light)" />
      <g transform="translate(372 270)" stroke="#8fe3d7" strokeLinecap="round" strokeLinejoin="round">
        {rings.map(({ scale, light }) => (
          <path
            key={scale}
            d={line}
            transform={`scale(${scale * 5}) translate(-12 -11.5)`}
            strokeWidth={1.5 / (scale * 5)}
            opacity={light}
          />
        ))}
      </g>
    </svg>
  );
}
