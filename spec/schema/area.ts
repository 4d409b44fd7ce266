/** The area of a case. */
import * as v from 'valibot';
import { areas } from '../names.ts';

export const areaSchema = v.picklist(areas);
