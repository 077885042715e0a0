package org.headrace.accounting.internal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

/** Text of users reaches a database as a bound value, and in no other way. */
class SqlRulesTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.headrace.accounting");

  @Test
  void onlySetUpUsesPlainStatements() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Schema")
        .and()
        .haveSimpleNameNotEndingWith("Dialect")
        .should()
        .callMethod(Connection.class, "createStatement")
        .check(classes);
  }

  @Test
  void driversAreNotLookedUpByName() {
    noClasses().should().dependOnClassesThat().areAssignableTo(DriverManager.class).check(classes);
  }
}
