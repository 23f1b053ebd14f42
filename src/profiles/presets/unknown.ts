// What is said of a provider whose documents say nothing. Data only.

export const unknown = {
  acceptedAuth: null,
  needsVersion: null,
  hasModelList: null,
  hasCountTokens: null,
  errors: [],
  rateLimitHeaders: [],
  keyPrefixes: [],
  models: [],
  quirks: [],
  isVerified: false,
} as const;
