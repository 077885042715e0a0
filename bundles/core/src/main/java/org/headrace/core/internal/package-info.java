/**
 * The machine's state, and a handler for each area of commands. Everything here is called by the
 * one thread that applies commands, unless it says otherwise.
 */
package org.headrace.core.internal;
