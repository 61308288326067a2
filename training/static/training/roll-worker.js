// Keeps the pages of the roll opened on this device for two days, so that one opens again without network.

keepPages({
  name: "impec-roll",
  isPage: (url) => /^\/socle\/demi-journees\/\d+\/appel\/$/.test(url.pathname),
  longest: 48 * 3600 * 1000,
});
