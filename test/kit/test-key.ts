/** For ROLODESK_KEY: 32 bytes, which need no stretching. */
export const testKey = `aes256:${Buffer.alloc(32, 'a key for tests ').toString('base64')}`;
