/** Job state off heap, in Chronicle Map. */
@Export
@Version("1.0.0")
package org.headrace.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
