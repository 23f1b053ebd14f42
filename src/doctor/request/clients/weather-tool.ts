// The tool that was given to the clients that bring none of their own. Data.
import type { JsonObject } from '../../../text/json.ts';

export const weatherTool: JsonObject = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
