/// Everything that is kept: connections, transactions, migrations and one store per noun. Every SQL statement of the
/// project.
///
/// [Database] is the way in: a work gets a [Transaction] and hands it to stores, which keep no state of their own.
/// The same SQL runs on SQLite and PostgreSQL; what truly differs is in [Dialect]. Nothing is decided here but "was I
/// first?".
@NullMarked
package dev.handstamp.server.store;

import org.jspecify.annotations.NullMarked;
