/** The cluster's definition out of slurm.conf. */
package org.headrace.slurmconf.internal.source;
