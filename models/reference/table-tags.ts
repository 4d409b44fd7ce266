/**
 * Which tables the requests of a case use under which tags. Caches of paging structures are looked up by domain id,
 * those of first stage by PASID as well, and not by requester (Table 17): where software gives one tag to different
 * tables (6.2.2.1, 6.2.3.1, 6.2.6.2), a request may be answered by those of another one.
 */
export class TableTags {
  readonly #tables = new Map<string, string>();
  #clash = false;

  /** True when a request was to use other tables than one before it under the same tag. */
  get clash(): boolean {
    return this.#clash;
  }

  /** A request that reaches `table` has `tag`. */
  use(tag: string, table: string): void {
    const known = this.#tables.get(tag);
    if (known === undefined) this.#tables.set(tag, table);
    else if (known !== table) this.#clash = true;
  }
}
