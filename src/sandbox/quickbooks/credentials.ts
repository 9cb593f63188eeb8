export const quickbooksCredentials = {
  realmId: '9130357992221046',
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-client-secret',
  refreshToken: 'sandbox-refresh-token',
};
