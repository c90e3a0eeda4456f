package io.isoloss.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rule of the house: jobs may use analysis, never the reverse; ND4J and Spark each stay in their rooms. */
class ArchitectureTest {
    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.isoloss");

    @Test
    void analysisKnowsNothingOfJobsSparkOrArrays() {
        noClasses()
                .that()
                .resideInAPackage("io.isoloss.analysis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.isoloss.jobs..", "org.apache.spark..", "org.nd4j..")
                .check(PROGRAM);
    }

    @Test
    void duckDbStaysInQuery() {
        noClasses()
                .that()
                .resideInAPackage("io.isoloss..")
                .and()
                .resideOutsideOfPackage("io.isoloss.analysis.query..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.duckdb..", "java.sql..")
                .check(PROGRAM);
    }

    @Test
    void arraysStayInModelTrainAndCompressAndSparkSeesBatchesAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.isoloss..")
                .and()
                .resideOutsideOfPackages(
                        "io.isoloss.jobs.model..",
                        "io.isoloss.jobs.train..",
                        "io.isoloss.jobs.compress..",
                        "io.isoloss.jobs.spark..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                .check(PROGRAM);
        noClasses()
                .that()
                .resideInAPackage("io.isoloss.jobs.spark..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("org.nd4j..").and(resideOutsideOfPackage("org.nd4j.linalg.dataset..")))
                .check(PROGRAM);
    }

    @Test
    void layersStayInModelAndTrainAndTheirSparkInSpark() {
        noClasses()
                .that()
                .resideInAPackage("io.isoloss..")
                .and()
                .resideOutsideOfPackages(
                        "io.isoloss.jobs.model..", "io.isoloss.jobs.train..", "io.isoloss.jobs.spark..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.deeplearning4j..")
                .check(PROGRAM);
        noClasses()
                .that()
                .resideInAPackage("io.isoloss..")
                .and()
                .resideOutsideOfPackage("io.isoloss.jobs.spark..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.deeplearning4j.spark..")
                .check(PROGRAM);
    }

    @Test
    void sparkHasOneHome() {
        noClasses()
                .that()
                .resideInAPackage("io.isoloss..")
                .and()
                .resideOutsideOfPackage("io.isoloss.jobs.spark..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "scala..")
                .check(PROGRAM);
    }
}
