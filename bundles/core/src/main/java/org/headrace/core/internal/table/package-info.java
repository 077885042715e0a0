/** Tables that can be published at no cost: what is changed afterwards is copied first. */
package org.headrace.core.internal.table;
