import { signal } from '@preact/signals';

const narrow = matchMedia('(max-width: 40rem)');

/** As on a phone: tables leave out what is not needed at first sight. */
export const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', ({ matches }) => (isNarrow.value = matches));

/** Lengths in rem grow with the reader's text size. */
export function remPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}
