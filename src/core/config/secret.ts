import { z } from 'zod';

/** A credential in a configuration: never printed, and known to the redactor before anything else happens. */
export const secretSchema = z.string().min(1).meta({ secret: true });
