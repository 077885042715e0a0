/**
 * Extension point {@code topology}: chooses, among eligible nodes, those that lie well together.
 */
@Export
@Version("1.0.0")
package org.headrace.api.topology;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
