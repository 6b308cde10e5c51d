// What a person chose, remembered for a year by this browser.
const year = 'max-age=31536000; path=/; samesite=lax';

export function rememberLanguage(tag) {
  document.cookie = `ecny-language=${tag}; ${year}`;
  document.documentElement.lang = tag;
}

export function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  document.cookie = `ecny-theme=${root.dataset.theme}; ${year}`;
}
