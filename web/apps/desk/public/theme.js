// Before the first paint: no white flash in the dark.
(function () {
  var choice = null;
  try { choice = localStorage.getItem('auricle.theme'); } catch (e) {}
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
})();
