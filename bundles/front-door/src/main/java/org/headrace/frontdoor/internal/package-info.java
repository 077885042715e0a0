/** The server side of the client protocol: who calls, which command, and the streams between. */
package org.headrace.frontdoor.internal;
