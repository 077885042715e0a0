/** Fixtures for tests of plugins: a cluster in a few lines, and contexts to hand to a plugin. */
@Export
@Version("1.1.0")
package org.headrace.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
