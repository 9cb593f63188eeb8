import { optionalArgument } from '../../program/command-inputs.ts';

/** The state that a command works on. */
export const namedState = {
  state: optionalArgument({
    description:
      "A path, a URL, or '${NAME}' for the one in a variable (default: the configuration's, else ROLODESK_STATE).",
    completion: 'file',
  }),
};
