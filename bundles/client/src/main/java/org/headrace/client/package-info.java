/** The client in Java, for machines without a C compiler at build time. */
package org.headrace.client;
