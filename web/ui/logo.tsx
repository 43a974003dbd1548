export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M6 10a6 6 0 1 1 12 0c0 4-4 4.5-4 8a3 3 0 0 1-5.5 1.5M9 10a3 3 0 1 1 6 0c0 2-2 2-2 4" />
    </svg>
  );
}
