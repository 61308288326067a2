// Keeps the sheets opened on a tutor's own telephone, for the seven days of a link.

keepPages({
  name: "impec-sheets",
  isPage: (url) => /^\/ma-fiche\/\d+\/\d+-\d+\/$/.test(url.pathname),
  longest: 7 * 24 * 3600 * 1000,
  // Opened from the telephone's own screen without network: the first sheet that is kept.
  otherwise: (request, pages) => (new URL(request.url).pathname === "/ma-fiche/" ? pages[0] : undefined),
});
