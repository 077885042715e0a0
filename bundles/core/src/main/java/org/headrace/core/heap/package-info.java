/** Stores on the heap, for simulations and tests. */
@Export
@Version("1.0.0")
package org.headrace.core.heap;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
