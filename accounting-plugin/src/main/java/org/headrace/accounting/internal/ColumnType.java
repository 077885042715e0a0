package org.headrace.accounting.internal;

/** What a column holds, for each dialect to name in its own words. */
enum ColumnType {
  /** A number of 32 bits. */
  INT,
  /** A number of 64 bits. */
  LONG,
  /** Text that is searched for: at most {@link SearchKey#MAX_LENGTH} characters, no NUL. */
  KEY,
  /** A JSON document in ASCII. */
  DOCUMENT
}
