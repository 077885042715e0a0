/**
 * Extension point {@code scheduler}: decides which pending jobs start now, and when the rest may.
 */
@Export
@Version("1.3.0")
package org.headrace.api.scheduler;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
