import { signal } from '@preact/signals';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'rolodesk-theme';

export const theme = signal<Theme>(stored());

export function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === 'system') delete dataset.theme;
  else dataset.theme = theme.value;
}

export function chooseTheme(chosen: string): void {
  theme.value = themes.find((one) => one === chosen) ?? 'system';
  localStorage.setItem(key, theme.value);
  applyTheme();
}

function stored(): Theme {
  return themes.find((one) => one === localStorage.getItem(key)) ?? 'system';
}
